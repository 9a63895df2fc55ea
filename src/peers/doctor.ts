import { credentialService, didDocument, ownDidDocument, ownToken } from './checks/dcp.ts'
import { gaiaX } from './checks/gaia-x.ts'
import { dealings, ownDataUrl, ownUrl } from './checks/inward.ts'
import { credentials, offer } from './checks/offer.ts'
import { authentication, clock, identity, versions } from './checks/protocol.ts'
import { findAddress, walk } from './checks/reach.ts'
import { catalog, recognised } from './checks/recognised.ts'
import type { Given, Patient } from './patient.ts'
import { type Checked, type DoctorQuestion, type Examination, type Finding, type PeersGiven, skipped } from './types.ts'

/** Examines what is between a participant and us, in both directions. Nothing is changed by it, and nothing negotiated. */
export type Doctor = (question: DoctorQuestion) => Promise<Examination>

type Check = (patient: Patient, given: Given) => Promise<Finding>

/** A check by its name, which way it looks, and without which others there is nothing to see. */
type Row = readonly [name: string, direction: Checked['direction'], needs: readonly string[], check: Check]

/** All checks in their order; one that is ill is the reason why those that need it are skipped. */
// biome-ignore format: a table is read by its columns
function table(): readonly Row[] {
  const { name, connection, certificate } = walk()
  return [
    // name                 direction   needs
    [ 'address',            'outward',  [],                            findAddress       ],
    [ 'name',               'outward',  ['address'],                   name              ],
    [ 'connection',         'outward',  ['name'],                      connection        ],
    [ 'certificate',        'outward',  ['connection'],                certificate       ],
    [ 'versions',           'outward',  ['certificate'],               versions          ],
    [ 'clock',              'outward',  ['versions'],                  clock             ],
    [ 'authentication',     'outward',  ['versions'],                  authentication    ],
    [ 'identity',           'outward',  ['versions'],                  identity          ],
    [ 'did-document',       'outward',  ['identity'],                  didDocument       ],
    [ 'credential-service', 'outward',  ['did-document'],              credentialService ],
    [ 'own-url',            'inward',   [],                            ownUrl            ],
    [ 'own-data-url',       'inward',   [],                            ownDataUrl        ],
    [ 'own-did-document',   'inward',   [],                            ownDidDocument    ],
    [ 'own-token',          'inward',   [],                            ownToken          ],
    [ 'recognised',         'inward',   ['identity', 'authentication'], recognised       ],
    [ 'catalog',            'outward',  ['recognised'],                catalog           ],
    [ 'offer',              'outward',  ['catalog'],                   offer             ],
    [ 'credentials',        'inward',   [],                            credentials       ],
    [ 'gaia-x',             'inward',   [],                            gaiaX             ],
    [ 'dealings',           'inward',   [],                            dealings          ],
  ]
}

/** Makes a doctor. */
export const createDoctor =
  (given: PeersGiven): Doctor =>
  async question => {
    const patient: Patient = { question, ill: new Set() }
    const unseen = new Map<string, string>()
    const checks: Checked[] = []
    for (const [check, direction, needs, look] of table()) {
      const cause = needs.map(each => unseen.get(each)).find(each => each !== undefined)
      const found =
        cause === undefined ? await look(patient, given) : skipped(`It cannot be seen as long as "${cause}" is ill.`)
      if (found.outcome === 'ill') patient.ill.add(check)
      if (found.outcome === 'ill' || cause !== undefined) unseen.set(check, cause ?? check)
      checks.push({ check, direction, ...found })
    }
    const { id, address, protocolUrl } = patient
    return {
      peer: { id: id ?? null, address: protocolUrl ?? address ?? null },
      healthy: patient.ill.size === 0,
      checks,
    }
  }
