import { isJsonObject, type JsonObject } from '../../jsonld/index.ts'
import { readPublicKey, type VerificationKey } from '../../keys/index.ts'
import { Rejection } from '../rejection.ts'
import { decodeMultikey } from './multikey.ts'
import { type DidDocument, type Method, type Relationship, relationships, type Service } from './types.ts'

/** Whether keys must be named for a use, or serve every use in documents that name none for any. */
export type RelationshipRule = 'strict' | 'lenient'

/** All that DID Core 1.0 §5.3 has. */
const everyRelationship = [...relationships, 'keyAgreement', 'capabilityDelegation']

/** More keys or services than anybody has. */
const most = 100

/**
 * Reads a DID document (DID Core 1.0 §5). Throws a `Rejection` `did-document-invalid` for a document of another DID, for keys that
 * are another DID's, and for ids that mean two things. Keys of sorts that we do not know are let be.
 */
export function readDocument(did: string, given: unknown, rule: RelationshipRule = 'strict'): DidDocument {
  if (!isJsonObject(given)) throw bad('is no JSON object')
  if (given.id !== did) throw bad('has the id of another DID')
  const listed = listOf(given.verificationMethod, 'verificationMethod').map(entry => readMethod(did, entry))
  const uses = new Map(relationships.map(use => [use, listOf(given[use], use).map(entry => readUse(did, entry))]))
  const embedded = [...uses.values()].flat().flatMap(({ method }) => method ?? [])
  const methods = [...listed, ...embedded]
  if (new Set(methods.map(({ id }) => id)).size < methods.length) throw bad('has two keys of the same id')
  const open = rule === 'lenient' && !everyRelationship.some(name => name in given)
  return {
    id: did,
    methods: methods.map(method => ({ ...method, uses: open ? new Set(relationships) : usesOf(method.id, uses) })),
    services: listOf(given.service, 'service').flatMap(readService),
  }
}

type Unused = Omit<Method, 'uses'>

function usesOf(id: string, uses: ReadonlyMap<Relationship, readonly { id: string }[]>): ReadonlySet<Relationship> {
  return new Set(relationships.filter(use => uses.get(use)?.some(entry => entry.id === id)))
}

/** An entry of a relationship refers to a key, or brings one that is for this use only. */
function readUse(did: string, entry: unknown): { id: string; method?: Unused } {
  if (typeof entry === 'string') return { id: absolute(did, entry) }
  const method = readMethod(did, entry)
  return { id: method.id, method }
}

function readMethod(did: string, entry: unknown): Unused {
  if (!isJsonObject(entry) || typeof entry.id !== 'string') throw bad('has a key without an id')
  const id = absolute(did, entry.id)
  if (!id.startsWith(`${did}#`)) throw bad('lists a key of another DID as its own')
  if (entry.controller !== did) throw bad('has a key with another controller')
  return { id, key: readKey(entry), jwk: isJsonObject(entry.publicKeyJwk) ? entry.publicKeyJwk : undefined }
}

function readKey({ publicKeyJwk, publicKeyMultibase }: JsonObject): VerificationKey | undefined {
  try {
    return readPublicKey(publicKeyJwk ?? decodeMultikey(publicKeyMultibase))
  } catch {
    return undefined
  }
}

/** `#key` is short for the document's own DID and that fragment. */
const absolute = (did: string, id: string): string => (id.startsWith('#') ? did + id : id)

function readService(entry: unknown): Service[] {
  if (!isJsonObject(entry)) throw bad('has a service that is no JSON object')
  const types = [entry.type].flat().filter(type => typeof type === 'string')
  return typeof entry.serviceEndpoint === 'string' ? [{ types, endpoint: entry.serviceEndpoint }] : []
}

function listOf(given: unknown, name: string): readonly unknown[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given)) throw bad(`has a ${name} that is no list`)
  if (given.length > most) throw bad(`has more than ${most} entries in ${name}`)
  return given
}

const bad = (why: string): Rejection => new Rejection('did-document-invalid', `The DID document ${why}.`)
