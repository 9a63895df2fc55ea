import { required, settings, variableOf } from './settings.ts'

type Row = (typeof settings)[number]

/** What stands around the table; what it says holds for every setting. */
const before = `# Settings

<!-- Generated from src/config/settings.ts by \`npm run docs\`; changes belong there. -->

Settings stand in a YAML file, nested at the dots of their names, and in environment variables, which win over the file.
The file is \`kontor.yaml\` in the working directory, unless \`--config\` or \`KONTOR_CONFIG\` names another.
A wrong or unknown setting ends start-up with a sentence that names it.

- Relative paths start from the folder of the file; those in variables start from the working directory.
- A secret can be written as it is, or as \`{ file: path }\` or \`{ env: NAME }\`; the variable with \`_FILE\` at the end of its
  name takes the path of a file that holds it. No log, message or answer shows a secret.
- A variable that is empty counts as not set, and so does a setting without a value in the file.

`

const code = (text: string): string => `\`${text}\``
/** Pipes would end the cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

function standardOf([, , standard]: Row): string {
  if (standard === required) return '**required**'
  if (standard === null) return '–'
  return code(typeof standard === 'object' ? JSON.stringify(standard) : String(standard))
}

function line(row: Row): string {
  const [name, kind, , about] = row
  const variable = code(variableOf(name)) + (kind.secret ? `, ${code(`${variableOf(name)}_FILE`)}` : '')
  return `| ${[code(name), variable, cell(kind.allowed), standardOf(row), cell(about)].join(' | ')} |`
}

/** The manual's page about all settings, in Markdown: what `docs/reference/settings.md` must hold. */
export const settingsReference = (): string =>
  `${before}| Setting | Variable | Allowed | Default | What it is |\n| --- | --- | --- | --- | --- |\n${settings
    .map(line)
    .join('\n')}\n`
