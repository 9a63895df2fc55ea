import { Agent, createServer, request } from 'node:http'

/*
 * The least that a proxy in Node does: no token, no policy, no meter, no limits. In front of the source named on the command line; tells its port to
 * whoever forked it, and ends with it.
 */
const [host, port] = (process.argv[2] ?? '').split(':')
const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo' })

const server = createServer(({ url, headers }, response) => {
  const order = request({ host, port, path: url, headers, agent }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  order.on('error', error => response.destroy(error))
  order.end()
})

server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
process.once('disconnect', () => process.exit())
