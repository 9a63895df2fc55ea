import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchPackages } from '../java/packages.ts'
import { findJava, javac } from '../java/tools.ts'
import { edcPackages } from './packages.ts'

/** An EDC that can be started. */
export interface InstalledEdc {
  readonly java: string
  readonly classpath: string
}

const extension = 'kontor.edc.OpenEnds'
const source = fileURLToPath(new URL(`java/${extension.replaceAll('.', '/')}.java`, import.meta.url))
const registry = 'META-INF/services/org.eclipse.edc.spi.system.ServiceExtension'

/** Fetches the EDC, the first time from Maven Central, and compiles what we add to it into a folder. Throws `Unable`. */
export async function installEdc(directory: string, say: (line: string) => void): Promise<InstalledEdc> {
  const java = await findJava(edcPackages.what)
  const packages = join(await fetchPackages(edcPackages, say), '*')
  const classes = join(directory, 'classes')
  await javac(java, ['-proc:none', '-cp', packages, '-d', classes, source])
  await mkdir(join(classes, 'META-INF/services'), { recursive: true })
  await writeFile(join(classes, registry), `${extension}\n`)
  return { java, classpath: `${classes}:${packages}` }
}
