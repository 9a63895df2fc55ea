import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What is wanted cannot run here; the message says what is missing and how to get it. */
export class Unable extends Error {}

/** A Java of version 17 or later for what is named (`the conformance kit`): that of `JAVA_HOME`, else the one on the path. Throws `Unable`. */
export async function findJava(what: string): Promise<string> {
  const home = process.env.JAVA_HOME
  const candidates = [...(home ? [`${home}/bin/java`] : []), 'java']
  const found = await Promise.all(candidates.map(async java => ({ java, version: await versionOf(java) })))
  const good = found.find(({ version }) => version >= 17)
  if (good) return good.java
  const old = found.filter(({ version }) => version > 0).map(({ java, version }) => `${java} is version ${version}`)
  throw new Unable(
    `${sentence(what)} needs Java 17 or later, ${old.length > 0 ? `but ${old.join(', ')}` : 'and there is none'}: ` +
      'install a JDK (Debian: apt-get install openjdk-17-jdk-headless) or let JAVA_HOME name one.',
  )
}

/** 17 for 17.0.15; 0 if it is no Java, or so old that it counts 1.8. */
async function versionOf(java: string): Promise<number> {
  const { stderr } = await run(java, ['-XshowSettings:properties', '-version']).catch(() => ({ stderr: '' }))
  return Math.floor(Number(/java\.specification\.version = (\S+)/.exec(stderr)?.[1] ?? 0))
}

/** Compiles Java sources with the compiler beside that Java. Throws `Unable` if there is none: a runtime has no compiler. */
export async function javac(java: string, args: readonly string[]): Promise<void> {
  try {
    await run(java.replace(/java$/, 'javac'), args)
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    throw code === 'ENOENT'
      ? new Unable(
          `${java} has no compiler beside it: install a JDK (Debian: apt-get install openjdk-17-jdk-headless).`,
        )
      : new Error(`javac: ${stderr}`)
  }
}

/** Runs Maven to fetch what is named. Throws `Unable` if there is none, or with what it says when it fails. */
export async function maven(what: string, args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['--batch-mode', '--quiet', ...args], { maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    throw new Unable(
      code === 'ENOENT'
        ? `${sentence(what)} is fetched by Maven, and there is none: install it (Debian: apt-get install maven). It is needed for the first run only.`
        : `Maven could not fetch ${what}:\n${stdout}${stderr}`,
    )
  }
}

const sentence = (what: string): string => what.charAt(0).toUpperCase() + what.slice(1)
