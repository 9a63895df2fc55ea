import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises'

/** A file while it is being downloaded: `<file>.part`, and beside it what tells whether it can be continued. */
export class Part {
  readonly #file: string
  readonly #id: string
  readonly #handle: FileHandle
  #hash = createHash('sha256')
  /** Bytes that are in it. */
  size = 0
  /** The ETag or date under which the source can be asked for the rest; undefined if it cannot. */
  validator: string | undefined

  private constructor(file: string, id: string, handle: FileHandle) {
    this.#file = file
    this.#id = id
    this.#handle = handle
  }

  /** Opens the part of a file that an earlier download of the same thing has left, or a new one. */
  static async open(file: string, id: string): Promise<Part> {
    const validator = await validatorIn(`${file}.part.json`, id)
    const handle = await open(`${file}.part`, 'a')
    const part = new Part(file, id, handle)
    try {
      if (validator === undefined) await handle.truncate(0)
      for await (const chunk of createReadStream(`${file}.part`)) part.#take(chunk)
    } catch (error) {
      await handle.close()
      throw error
    }
    part.validator = part.size === 0 ? undefined : validator
    return part
  }

  /** Throws away what is there: what comes now is data of this version, or of one that nobody can ask for again. */
  async restart(validator: string | undefined): Promise<void> {
    await this.#handle.truncate(0)
    this.#hash = createHash('sha256')
    this.size = 0
    this.validator = validator
    if (validator === undefined) await rm(`${this.#file}.part.json`, { force: true })
    else await writeFile(`${this.#file}.part.json`, JSON.stringify({ id: this.#id, validator }))
  }

  async append(chunk: Buffer): Promise<void> {
    await this.#handle.appendFile(chunk)
    this.#take(chunk)
  }

  /** The file is complete: gives it its name, and its SHA-256 in hex. */
  async finish(): Promise<string> {
    await this.#handle.sync()
    await this.#handle.close()
    await rename(`${this.#file}.part`, this.#file)
    await rm(`${this.#file}.part.json`, { force: true })
    return this.#hash.digest('hex')
  }

  /** Leaves the part for another time. */
  close(): Promise<void> {
    return this.#handle.close()
  }

  #take(chunk: Buffer): void {
    this.#hash.update(chunk)
    this.size += chunk.length
  }
}

/** Part and note must be of the same download: a tag says nothing about another source. */
async function validatorIn(file: string, id: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => 'null')
  try {
    const note: unknown = JSON.parse(text)
    if (typeof note !== 'object' || note === null || !('id' in note) || !('validator' in note)) return undefined
    return note.id === id && typeof note.validator === 'string' ? note.validator : undefined
  } catch {
    return undefined
  }
}
