import type { Role } from './types.ts'

/** One arrow of a state diagram: from, message, sent by, to, and what its receiver then has to do. */
export type Row<State extends string, Message extends string, Task extends string> = readonly [
  from: State | null,
  message: Message,
  by: Role,
  to: State,
  task: Task | null,
]

/** A state diagram, ready to be walked. */
export interface Table<State extends string, Message extends string, Task extends string> {
  /** The arrow from a state by a message of one side; undefined where the diagram has none. */
  arrow(from: State | null, message: Message, by: Role): Row<State, Message, Task> | undefined
  /** Whether no arrow leaves the state. */
  isTerminal(state: State | null): boolean
}

/** Indexes the rows of a state diagram. */
export function createTable<State extends string, Message extends string, Task extends string>(
  rows: readonly Row<State, Message, Task>[],
): Table<State, Message, Task> {
  const key = (from: State | null, message: Message, by: Role) => `${from ?? ''} ${message} ${by}`
  const arrows = new Map(rows.map(row => [key(row[0], row[1], row[2]), row]))
  const left = new Set(rows.map(([from]) => from))
  return {
    arrow: (from, message, by) => arrows.get(key(from, message, by)),
    isTerminal: state => !left.has(state),
  }
}
