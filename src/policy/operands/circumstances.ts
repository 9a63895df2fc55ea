import type { ValueType } from '../readers.ts'
import type { Stage } from '../types.ts'
import { EDC, ODRL, termOf } from '../vocabulary.ts'
import { type LeftOperand, stated, unknown } from './operand.ts'

const CX = 'https://w3id.org/catenax/policy/'
const DCT = 'http://purl.org/dc/terms/'

type Row = readonly [
  iri: string,
  en: string,
  fr: string,
  type: ValueType,
  stages: readonly Stage[],
  ...aliases: readonly string[],
]

const served: readonly Stage[] = ['transfer', 'access']
/** No connector sees what people do with data. Who signs a contract undertakes to keep to it. */
const unseen: readonly Stage[] = []

/** What is stated of a use by who asks or who serves: the words of ODRL's common vocabulary (4.3), and the transfer format. */
// biome-ignore format: a table is read by its columns
const rows: readonly Row[] = [
  // ODRL or IRI                        in English                    en français                       type      judged at
  [ 'purpose',                          'purpose',                    'finalité',                       'text',   unseen, `${CX}UsagePurpose`, 'cx-policy:UsagePurpose', 'UsagePurpose', `${EDC}purpose` ],
  [ 'spatial',                          'place of use',               "lieu d'utilisation",             'place',  unseen ],
  [ 'industry',                         'industry',                   "secteur d'activité",             'text',   unseen ],
  [ 'language',                         'language',                   'langue',                         'text',   unseen ],
  [ 'urn:kontor:format',                'transfer format',            'format de transfert',            'text',   served, 'kontor:format', 'format', 'dct:format', `${DCT}format` ],
  [ 'deliveryChannel',                  'delivery channel',           'canal de livraison',             'text',   served ],
  [ 'systemDevice',                     'system or device',           'système ou appareil',            'text',   unseen, 'device', 'system' ],
  [ 'virtualLocation',                  'virtual location',           'emplacement virtuel',            'text',   unseen ],
  [ 'fileFormat',                       'file format',                'format de fichier',              'text',   unseen ],
  [ 'media',                            'media',                      'média',                          'text',   unseen ],
  [ 'product',                          'product',                    'produit',                        'text',   unseen ],
  [ 'version',                          'version',                    'version',                        'any',    unseen ],
  [ 'unitOfCount',                      'unit of count',              'unité de comptage',              'text',   unseen ],
  [ 'percentage',                       'percentage',                 'pourcentage',                    'number', unseen ],
  [ 'resolution',                       'resolution',                 'résolution',                     'number', unseen ],
  [ 'absoluteSize',                     'absolute size',              'taille absolue',                 'number', unseen ],
  [ 'relativeSize',                     'relative size',              'taille relative',                'number', unseen ],
  [ 'absolutePosition',                 'absolute position',          'position absolue',               'any',    unseen ],
  [ 'relativePosition',                 'relative position',          'position relative',              'any',    unseen ],
  [ 'absoluteSpatialPosition',          'absolute spatial position',  'position spatiale absolue',      'any',    unseen ],
  [ 'relativeSpatialPosition',          'relative spatial position',  'position spatiale relative',     'any',    unseen ],
  [ 'absoluteTemporalPosition',         'absolute temporal position', 'position temporelle absolue',    'any',    unseen ],
  [ 'relativeTemporalPosition',         'relative temporal position', 'position temporelle relative',   'any',    unseen ],
  [ 'spatialCoordinates',               'spatial coordinates',        'coordonnées spatiales',          'text',   unseen ],
]

/** Left operands that statements about the use answer. */
export const circumstances: readonly LeftOperand[] = rows.map(([name, en, fr, type, stages, ...aliases]) => {
  const iri = name.includes(':') ? name : `${ODRL}${name}`
  const names = [iri, ...aliases].map(termOf)
  return {
    iri,
    aliases,
    label: { en, fr },
    type,
    source: 'statement',
    stages,
    find: (facts, wanted) =>
      stated(names, facts, wanted) ?? unknown(stages.length === 0 ? 'not-observable' : 'not-stated'),
  }
})
