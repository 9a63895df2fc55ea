const KiB = 1_024

/** How much may wait between sources and destinations, all streams of this process together, bytes. */
const TOGETHER = 64 * 1_024 * KiB

/** Measured with bodies of 256 MiB: 64 KiB gave half as many MB/s as this, 1 MiB no more. */
const MOST = 256 * KiB

/** One piece from a socket or a file, as Node gives them by itself. */
const LEAST = 16 * KiB

/**
 * How much of a stream may wait in our memory at one place of its way (of which there are two), bytes, when it begins beside so many
 * others: a few get all the speed there is, and thousands that stand still do not fill the memory.
 */
export const bufferBeside = (others: number): number =>
  Math.max(LEAST, Math.min(MOST, Math.floor(TOGETHER / 2 / (others + 1))))
