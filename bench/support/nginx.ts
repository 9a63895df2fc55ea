import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../test/support/ports.ts'

/** An nginx that hands everything on to a source. */
export interface Nginx {
  readonly port: number
  stop(): Promise<void>
}

/** Where Debian puts it, too, which is not on everybody's path. */
const programs = ['nginx', '/usr/sbin/nginx']

/** Starts an nginx in front of a source, as people set one up who want speed; undefined where none is installed. */
export async function startNginx(directory: string, source: string): Promise<Nginx | undefined> {
  const program = programs.find(name => spawnSync(name, ['-v']).status === 0)
  if (program === undefined) return undefined
  const port = await freePort()
  await mkdir(directory, { recursive: true })
  const file = join(directory, 'nginx.conf')
  await writeFile(file, configuration(directory, port, source))
  const child = spawn(program, ['-p', directory, '-c', file, '-e', join(directory, 'error.log')], { stdio: 'inherit' })
  await listening(child, port)
  return {
    port,
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

const configuration = (directory: string, port: number, source: string): string => `
daemon off;
worker_processes auto;
pid ${directory}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  keepalive_requests 1000000;
  upstream source { server ${source}; keepalive 128; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://source;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_max_temp_file_size 0;
    }
  }
}
`

async function listening(child: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    const socket = createConnection(port, '127.0.0.1')
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (connected) return
    await sleep(10)
  }
}
