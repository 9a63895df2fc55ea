import type { Chapter } from '../../operation.ts'
import { agreementOperations } from './agreements.ts'
import { apiKeyOperations } from './api-keys.ts'
import { auditOperations } from './audit.ts'
import { bulkOperations } from './bulk.ts'
import { credentialOperations } from './credentials.ts'
import { eventOperations } from './events.ts'
import { federationOperations } from './federation.ts'
import { gaiaXOperations } from './gaia-x.ts'
import { issuanceOperations } from './issuance.ts'
import { negotiationOperations } from './negotiations.ts'
import { obligationOperations } from './obligations.ts'
import { peerOperations } from './peers.ts'
import { simulationOperations } from './simulate.ts'
import { transferOperations } from './transfers.ts'
import { webhookOperations } from './webhooks.ts'

/** Everything that `/management/v1` can be asked. */
// biome-ignore format: a table is read by its columns
export const chapters: readonly Chapter[] = [
  { tag: 'negotiations', operations: negotiationOperations, description: 'Contract negotiations: offers back and forth, and decisions that wait for a person.' },
  { tag: 'agreements',   operations: agreementOperations,   description: 'What was signed, and how it is ended before its time.'                               },
  { tag: 'obligations',  operations: obligationOperations,  description: 'What agreements demand to be done.'                                                  },
  { tag: 'bulk',         operations: bulkOperations,        description: 'Assets, policies and contract definitions as one document.'                          },
  { tag: 'simulation',   operations: simulationOperations,  description: 'What would happen if somebody asked for a dataset.'                                  },
  { tag: 'transfers',    operations: transferOperations,    description: 'Data under way, and where it is fetched.'                                            },
  { tag: 'peers',        operations: peerOperations,        description: 'Other participants: where they are reached, and what is wrong.'                      },
  { tag: 'federation',   operations: federationOperations,  description: 'Catalogues of others that are kept here, and how it stands with each.'               },
  { tag: 'credentials',  operations: credentialOperations,  description: 'Credentials about us, where `identity.mode` is `dcp`.'                               },
  { tag: 'issuance',     operations: issuanceOperations,    description: 'Credentials that we issue, where `issuer.definitions` says so.'                      },
  { tag: 'Gaia-X',       operations: gaiaXOperations,       description: 'What we and others say in a Gaia-X ecosystem, where `gaiaX.mode` is `on`.'           },
  { tag: 'events',       operations: eventOperations,       description: 'What happens, for programs that want to hear of it.'                                 },
  { tag: 'webhooks',     operations: webhookOperations,     description: 'Where events are brought to, signed.'                                                },
  { tag: 'API keys',     operations: apiKeyOperations,      description: 'The keys by which people and programs use this API, each with a role.'               },
  { tag: 'audit',        operations: auditOperations,       description: 'Who has changed what by way of this API.'                                            },
]
