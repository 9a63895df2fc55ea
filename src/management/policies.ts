import { readFileSync } from 'node:fs'
import { createSchemas } from '../jsonld/index.ts'
import type { TargetedOffer } from '../negotiation/index.ts'
import { inPackage } from '../package-files.ts'
import type { Policy } from '../policy/index.ts'

const schemaFile = inPackage('contexts/dspace/2025-1/messages.schema.json')
const protocol: { readonly $id: string } = JSON.parse(readFileSync(schemaFile, 'utf8'))
const schemas = createSchemas([protocol])

/** Where the protocol's schema says what a thing must look like: what goes in here will go out in its messages. */
const definition = (name: string) => ({ $ref: `${protocol.$id}#/$defs/${name}` })

/** Believes a normalised policy, or throws `invalid`. */
export const parsePolicy = schemas.compile<Policy>(definition('Policy'), 'policy')

/** Believes a normalised offer with its target, or throws `invalid`. */
export const parseOffer = schemas.compile<TargetedOffer>(definition('MessageOffer'), 'offer')
