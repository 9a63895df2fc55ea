/** How many letters must be added, removed or changed to get from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const changed = (row[j] ?? 0) + (letter === to[j] ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The known name that was probably meant: at most a third of its letters differ, upper and lower case are the same. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const short = name.slice(0, 100).toLowerCase()
  const [best] = known
    .map(candidate => ({ candidate, far: distance(short, candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= candidate.length / 3)
    .sort((a, b) => a.far - b.far)
  return best?.candidate
}

/** What stands behind an unknown name: a guess at what was meant, or else `otherwise`. */
export function suggestion(
  name: string,
  known: readonly string[],
  otherwise = `known are ${known.join(', ')}`,
): string {
  const guess = nearest(name, known)
  return guess === undefined ? otherwise : `did you mean ${guess}?`
}
