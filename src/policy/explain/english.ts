import type { Language } from './language.ts'

const kinds = {
  permission: 'permission',
  prohibition: 'prohibition',
  obligation: 'obligation',
  duty: 'duty',
  remedy: 'remedy',
  consequence: 'consequence',
} as const

const an = (kind: string): string => (kind === 'obligation' ? `an ${kind}` : `a ${kind}`)

/** English. */
// biome-ignore format: a table is read by its columns
export const english: Language = {
  tag: 'en',
  locale: 'en-GB',
  colon: ': ',
  semicolon: '; ',
  answers: { satisfied: 'yes', unsatisfied: 'no', undetermined: 'cannot be told', deferred: 'not judged here' },
  whys: {
    'unknown-operand':       about => `the left operand ${about} is not one that can be judged here`,
    'unknown-operator':      about => `the operator ${about} is not one that can be judged here`,
    'operator-does-not-fit': about => `the operator ${about} has no meaning for it`,
    'unreadable-value':      about => (about ? `${about} cannot be understood as a value` : 'the value cannot be understood'),
    'unknown-unit':          () => 'the units differ',
    'unknown-reference':     about => `what ${about} refers to is not known here`,
    'not-a-constraint':      () => 'the constraint cannot be understood',
    'unknown-action':        about => `what the action ${about} means is not known here`,
    'no-credential':         about => `no valid ${about}`,
    'no-claim':              about => `the credential does not tell ${about}`,
    'not-stated':            () => 'nothing is stated about it',
    'not-yet':               () => 'nothing is known about it yet',
    'not-observable':        () => 'nothing is stated about it, and a connector cannot see it',
    'no-class':              () => 'nothing is known of what kind it is',
  },
  operators: {
    eq:       { must: 'must be',                 if: 'is' },
    neq:      { must: 'must not be',             if: 'is not' },
    lt:       { must: 'must be less than',       if: 'is less than' },
    lteq:     { must: 'must be at most',         if: 'is at most' },
    gt:       { must: 'must be more than',       if: 'is more than' },
    gteq:     { must: 'must be at least',        if: 'is at least' },
    isAnyOf:  { must: 'must be one of',          if: 'is one of' },
    isNoneOf: { must: 'must be none of',         if: 'is none of' },
    isAllOf:  { must: 'must be all of',          if: 'is all of' },
    hasPart:  { must: 'must include',            if: 'includes' },
    isPartOf: { must: 'must lie within',         if: 'lies within' },
    isA:      { must: 'must be a kind of',       if: 'is a kind of' },
  },
  times: {
    eq:       { must: 'allowed on',              if: 'on' },
    neq:      { must: 'allowed except on',       if: 'except on' },
    lt:       { must: 'allowed before',          if: 'before' },
    lteq:     { must: 'allowed until',           if: 'until' },
    gt:       { must: 'allowed after',           if: 'after' },
    gteq:     { must: 'allowed from',            if: 'from' },
  },
  logic: { and: 'all of these', or: 'one of these', xone: 'exactly one of these', andSequence: 'all of these in turn' },
  kinds,
  states: {
    permission:  actions => `${actions || 'everything'} is permitted`,
    prohibition: actions => `${actions || 'everything'} is prohibited`,
    obligation:  actions => `${actions} must be done`,
    duty:        actions => `before that, ${actions} must be done`,
    remedy:      actions => `whoever does it all the same must do this: ${actions}`,
    consequence: actions => `whoever misses that must also do this: ${actions}`,
  },
  to: parties => `to ${parties}`,
  about: targets => `for ${targets}`,
  sinceAgreement: (amount, unit, mood) => {
    const time = `${amount} ${{ s: 'second', m: 'minute', h: 'hour', d: 'day' }[unit]}${amount === 1 ? '' : 's'}`
    return mood === 'must' ? `allowed for ${time} from the agreement` : `within ${time} of the agreement`
  },
  none: () => 'there is none',
  found: values => `it is ${values}`,
  today: date => `today is ${date}`,
  now: time => `it is ${time}`,
  more: count => `and ${count} more`,
  holding: type => `a valid ${type} was shown`,
  uses: limit => `uses must be at most ${limit}`,
  useNumber: number => `this would be number ${number}`,
  permitted: action => `allowed: ${action}`,
  refused: action => `refused: ${action}`,
  unconditional: action => `${action} is permitted without conditions`,
  prohibited: action => `${action} is prohibited`,
  prohibitedIf: (action, conditions) => `${action} is prohibited if ${conditions}`,
  otherAction: (kind, wanted, asked) => `${an(kinds[kind])} is for ${wanted}, not for ${asked}`,
  otherParty: (kind, wanted, asked) => `${an(kinds[kind])} is for ${wanted}, not for ${asked}`,
  otherTarget: (kind, wanted, asked) => `${an(kinds[kind])} is about ${wanted}, not about ${asked}`,
  noAction: kind => `${an(kinds[kind])} names no action that can be judged here`,
  duty: (action, state, before) => {
    const done = { Fulfilled: 'done', Violated: 'missed', NonSet: 'not done yet' }[state]
    return before === undefined ? `${action} must be done: ${done}` : `${action} must be done before ${before}: ${done}`
  },
  onlyProhibits: action => `the policy only prohibits: nothing in it permits ${action}`,
  noConditions: action => `the policy sets no conditions on ${action}`,
  conflict: strategy => ({
    perm: 'it is permitted and prohibited, and the policy says that permissions prevail',
    prohibit: 'it is permitted and prohibited, and the policy says that prohibitions prevail',
    invalid: 'it is permitted and prohibited, which makes the policy void',
  })[strategy],
  voided: message => `the policy is void: ${message}`,
}
