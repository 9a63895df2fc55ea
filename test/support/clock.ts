/** A clock that stands still until it is told to move on. */
export function standingClock(start: string | number = '2026-01-01') {
  let time = new Date(start).getTime()
  return {
    now: () => new Date(time),
    pass(ms: number): void {
      time += ms
    },
  }
}
