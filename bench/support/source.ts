import { createServer } from 'node:http'

/*
 * A source of data in a process of its own, as fast as Node allows: `/small` is 1 KiB, `/large?mib=256` that many MiB.
 * Tells its port to whoever forked it, and ends with it.
 */
const small = Buffer.alloc(1024, 'k')
const block = Buffer.alloc(256 * 1024, 'k')

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source')
  const type = { 'content-type': 'application/octet-stream' }
  if (pathname === '/small') {
    response.writeHead(200, { ...type, 'content-length': small.length })
    response.end(small)
    return
  }
  let left = Number(searchParams.get('mib')) * 4
  response.writeHead(200, { ...type, 'content-length': left * block.length })
  const write = () => {
    while (left > 0) {
      left--
      if (!response.write(block)) return
    }
    response.end()
  }
  response.on('drain', write)
  write()
})

// Whoever measures may look at others for a while, and then meets no closing door.
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
process.once('disconnect', () => process.exit())
