import t from 'tap'
import { actionName, isKindOf, isKnownAction, needs } from '../../src/policy/actions.ts'

t.test('an action has one name, whatever its dress and its age', async t => {
  t.same(
    ['odrl:use', 'http://www.w3.org/ns/odrl/2/use', 'odrl:write', 'pay', 'cc:Sharing', 'share', 'ex:x'].map(actionName),
    [
      'use',
      'use',
      'modify',
      'compensate',
      'http://creativecommons.org/ns#Sharing',
      'http://creativecommons.org/ns#Sharing',
      'ex:x',
    ],
  )
})

t.test('every action is a kind of use or of transfer', async t => {
  t.ok(
    isKindOf('display', 'play') &&
      isKindOf('display', 'use') &&
      isKindOf('extract', 'reproduce') &&
      isKindOf('sell', 'transfer'),
  )
  t.notOk(isKindOf('use', 'play') || isKindOf('sell', 'use') || isKindOf('ex:x', 'use'))
})

t.test('profiles bring actions of their own, which end in circles only for themselves', async t => {
  const defined = { 'ex:a': { includedIn: ['ex:b'], implies: ['ex:c'] }, 'ex:b': { includedIn: ['ex:a', 'odrl:use'] } }
  t.ok(isKindOf('ex:a', 'use', defined) && needs('ex:a', 'ex:c', defined))
  t.notOk(isKindOf('ex:a', 'transfer', defined) || needs('ex:b', 'ex:c', defined))
  t.same([isKnownAction('ex:a', defined), isKnownAction('ex:a'), isKnownAction('toString', {})], [true, false, false])
})
