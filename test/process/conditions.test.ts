import t from 'tap'
import { conditionSql, millis, type Operator, seconds, text } from '../../src/process/conditions.ts'
import { testDatabase } from '../support/database.ts'

const things = `(values ('a', 'Wind'), ('b', 'wind power'), ('c', '100%'), ('d', null)) as thing (id, name)`

t.test('texts are compared character by character, and what has none is not found', async t => {
  const db = await testDatabase(t)
  const found = async (operator: Operator, ...values: string[]) => {
    const parameters: string[] = []
    const place = (value: unknown) => `$${parameters.push(value as string)}`
    const condition = conditionSql(text('name'), { operator, values }, place)
    const rows = await db.query<{ id: string }>(`select id from ${things} where ${condition} order by id`, parameters)
    return rows.map(({ id }) => id).join('')
  }
  t.equal(await found('=', 'Wind'), 'a')
  t.equal(await found('in', 'Wind', '100%', 'x'), 'ac')
  t.equal(await found('in'), '')
  t.equal(await found('!=', 'Wind'), 'bc')
  t.equal(await found('!=', 'Wind', '100%'), 'b')
  t.equal(await found('<', 'a'), 'ac', 'capitals come before small letters')
  t.equal(await found('>=', 'Wind'), 'ab')
  t.equal(await found('like', 'Wi__'), 'a')
  t.equal(await found('like', 'wind%'), 'b')
  t.equal(await found('ilike', 'WIND%'), 'ab')
  t.equal(await found('like', '100\\%'), 'c')
  t.equal(await found('like', '100\\'), '', 'a backslash at the end is one')
  t.equal(await found('contains', '%'), 'c', 'no pattern')
})

t.test('times are numbers, in ms or in full seconds', async t => {
  const db = await testDatabase(t)
  const at = `(timestamptz '1970-01-01T00:00:12.345Z')`
  const holds = async (field: typeof millis, operator: Operator, ...values: number[]) => {
    const parameters: string[] = []
    const place = (value: unknown) => `$${parameters.push(value as string)}`
    const [row] = await db.query<{ holds: boolean }>(
      `select ${conditionSql(field(at), { operator, values }, place)} as holds`,
      parameters,
    )
    return row?.holds
  }
  t.equal(await holds(millis, '=', 12_345), true)
  t.equal(await holds(millis, '!=', 12_345), false)
  t.equal(await holds(millis, 'in', 1, 12_345), true)
  t.equal(await holds(millis, '<', 9_999), false, 'not letter by letter')
  t.equal(await holds(millis, '>', 9_999.5), true)
  t.equal(await holds(seconds, '=', 12), true)
  t.equal(await holds(seconds, '<=', 12), true)
})
