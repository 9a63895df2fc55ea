import type { Language } from './language.ts'

const kinds = {
  permission: 'permission',
  prohibition: 'interdiction',
  obligation: 'obligation',
  duty: 'condition préalable',
  remedy: 'réparation',
  consequence: 'conséquence',
} as const

/** French. */
// biome-ignore format: a table is read by its columns
export const french: Language = {
  tag: 'fr',
  locale: 'fr-FR',
  colon: ' : ',
  semicolon: ' ; ',
  answers: { satisfied: 'oui', unsatisfied: 'non', undetermined: 'impossible à dire', deferred: 'non jugé ici' },
  whys: {
    'unknown-operand':       about => `l'opérande de gauche ${about} ne peut pas être jugé ici`,
    'unknown-operator':      about => `l'opérateur ${about} ne peut pas être jugé ici`,
    'operator-does-not-fit': about => `l'opérateur ${about} n'a pas de sens pour cela`,
    'unreadable-value':      about => (about ? `${about} n'est pas une valeur compréhensible` : "la valeur n'est pas compréhensible"),
    'unknown-unit':          () => 'les unités diffèrent',
    'unknown-reference':     about => `ce que désigne ${about} n'est pas connu ici`,
    'not-a-constraint':      () => "la contrainte n'est pas compréhensible",
    'unknown-action':        about => `le sens de l'action ${about} n'est pas connu ici`,
    'no-credential':         about => `aucun ${about} valide`,
    'no-claim':              about => `l'attestation ne précise pas ${about}`,
    'not-stated':            () => "rien n'est déclaré à ce sujet",
    'not-yet':               () => "rien n'est encore connu à ce sujet",
    'not-observable':        () => "rien n'est déclaré à ce sujet, et un connecteur ne peut pas le voir",
    'no-class':              () => "rien n'est connu de sa nature",
  },
  operators: {
    eq:       { must: 'doit être',                     if: 'est' },
    neq:      { must: 'ne doit pas être',              if: "n'est pas" },
    lt:       { must: 'doit être inférieur à',         if: 'est inférieur à' },
    lteq:     { must: 'doit être au plus',             if: 'est au plus' },
    gt:       { must: 'doit être supérieur à',         if: 'est supérieur à' },
    gteq:     { must: 'doit être au moins',            if: 'est au moins' },
    isAnyOf:  { must: 'doit être parmi',               if: 'est parmi' },
    isNoneOf: { must: 'ne doit pas être parmi',        if: "n'est pas parmi" },
    isAllOf:  { must: 'doit être tout de',             if: 'est tout de' },
    hasPart:  { must: 'doit comprendre',               if: 'comprend' },
    isPartOf: { must: 'doit faire partie de',          if: 'fait partie de' },
    isA:      { must: 'doit être une sorte de',        if: 'est une sorte de' },
  },
  times: {
    eq:       { must: 'autorisé le',                   if: 'le' },
    neq:      { must: 'autorisé sauf le',              if: 'sauf le' },
    lt:       { must: 'autorisé avant le',             if: 'avant le' },
    lteq:     { must: "autorisé jusqu'au",             if: "jusqu'au" },
    gt:       { must: 'autorisé après le',             if: 'après le' },
    gteq:     { must: 'autorisé à partir du',          if: 'à partir du' },
  },
  logic: { and: 'toutes ces conditions', or: "l'une de ces conditions", xone: 'exactement une de ces conditions', andSequence: 'toutes ces conditions, dans cet ordre' },
  kinds,
  states: {
    permission:  actions => `${actions || 'tout'} est permis`,
    prohibition: actions => `${actions || 'tout'} est interdit`,
    obligation:  actions => `${actions} est dû`,
    duty:        actions => `auparavant, ${actions} est dû`,
    remedy:      actions => `qui le fait malgré tout doit faire ceci : ${actions}`,
    consequence: actions => `qui y manque doit aussi faire ceci : ${actions}`,
  },
  to: parties => `à ${parties}`,
  about: targets => `pour ${targets}`,
  sinceAgreement: (amount, unit, mood) => {
    const time = `${amount} ${{ s: 'seconde', m: 'minute', h: 'heure', d: 'jour' }[unit]}${amount === 1 ? '' : 's'}`
    return mood === 'must' ? `autorisé pendant ${time} à compter de l'accord` : `sous ${time} à compter de l'accord`
  },
  none: () => "il n'y en a pas",
  found: values => `c'est ${values}`,
  today: date => `nous sommes le ${date}`,
  now: time => `il est ${time}`,
  more: count => `et ${count} autres`,
  holding: type => `un ${type} valide a été présenté`,
  uses: limit => `au plus ${limit} utilisations`,
  useNumber: number => `ce serait la numéro ${number}`,
  permitted: action => `autorisé : ${action}`,
  refused: action => `refusé : ${action}`,
  unconditional: action => `${action} est permis sans condition`,
  prohibited: action => `${action} est interdit`,
  prohibitedIf: (action, conditions) => `${action} est interdit si ${conditions}`,
  otherAction: (kind, wanted, asked) => `une ${kinds[kind]} porte sur ${wanted}, pas sur ${asked}`,
  otherParty: (kind, wanted, asked) => `une ${kinds[kind]} vise ${wanted}, pas ${asked}`,
  otherTarget: (kind, wanted, asked) => `une ${kinds[kind]} concerne ${wanted}, pas ${asked}`,
  noAction: kind => `une ${kinds[kind]} ne nomme aucune action qui puisse être jugée ici`,
  duty: (action, state, before) => {
    const done = { Fulfilled: 'fait', Violated: 'manqué', NonSet: 'pas encore fait' }[state]
    return before === undefined ? `${action} est dû : ${done}` : `${action} est dû avant ${before} : ${done}`
  },
  onlyProhibits: action => `la politique ne fait qu'interdire : rien n'y permet ${action}`,
  noConditions: action => `la politique ne pose aucune condition à ${action}`,
  conflict: strategy => ({
    perm: 'cela est permis et interdit, et la politique donne la priorité aux permissions',
    prohibit: 'cela est permis et interdit, et la politique donne la priorité aux interdictions',
    invalid: 'cela est permis et interdit, ce qui rend la politique nulle',
  })[strategy],
  voided: message => `la politique est nulle : ${message}`,
}
