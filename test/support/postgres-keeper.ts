/**
 * Keeps one PostgreSQL for all test files of a run, as a process of its own: the first test file that needs it starts it.
 * Each holds a connection to it while it lives and is told the server's address over it; when nobody has held one for a while, server
 * and data go. So nobody counts users, and a test that crashes leaves nothing behind.
 */
import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { startEmbedded } from '../../src/db/embedded/index.ts'
import { takeLock } from '../../src/db/embedded/lock.ts'

/** How long it stays without anybody, ms: until the next test file of the same run, or the next try of whoever is working. */
const linger = 30_000

async function keep(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o711 })
  const release = await takeLock(join(home, 'lock'))
  if (release === undefined) return
  await removeOld(home)
  const directory = await mkdtemp(join(home, 'run-'))
  const embedded = await startEmbedded({ directory, connections: 300, durable: false, log: () => {} })
  await rm(join(home, 'door'), { force: true })
  await serve(join(home, 'door'), JSON.stringify(embedded.address))
  await embedded.stop()
  await rm(directory, { recursive: true, force: true })
  await release()
  // Refused if another keeper has moved in already.
  await rmdir(home).catch(() => {})
}

/** What a keeper left that was killed; its server ended with it. */
async function removeOld(home: string): Promise<void> {
  const old = (await readdir(home)).filter(name => name.startsWith('run-'))
  await Promise.all(old.map(name => rm(join(home, name), { recursive: true, force: true })))
}

/** Tells everybody who comes the address, and resolves when nobody has been there for a while. */
function serve(door: string, address: string): Promise<void> {
  return new Promise(resolve => {
    const guests = new Set<Socket>()
    const leave = () => setTimeout(() => server.close(() => resolve()), linger)
    let leaving = leave()
    const server = createServer(guest => {
      clearTimeout(leaving)
      guests.add(guest)
      guest.on('error', () => {})
      guest.on('close', () => {
        guests.delete(guest)
        if (guests.size === 0) leaving = leave()
      })
      guest.resume()
      guest.write(`${address}\n`)
    })
    server.listen(door)
  })
}

const [home] = process.argv.slice(2)
if (home !== undefined) await keep(home)
