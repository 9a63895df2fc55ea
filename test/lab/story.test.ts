import t from 'tap'
import { ask } from '../../src/lab/api.ts'
import { asCurl, examples, fetchLines, preparation } from '../../src/lab/examples.ts'
import { type LabOptions, PARTNERS } from '../../src/lab/index.ts'
import { createStage } from '../../src/lab/stage.ts'
import { playStory } from '../../src/lab/story/index.ts'
import { startLab } from '../support/lab.ts'

/** Somebody who notes what is told. */
function listener() {
  const pieces: string[] = []
  const stage = createStage({ out: { write: (text: string) => pieces.push(text) }, environment: {} })
  return { stage, told: () => pieces.join('') }
}

t.test('members of a data space that have not heard of each other do it by their credentials', async t => {
  const lab = await startLab(t, { identity: 'dcp' })
  const { stage, told } = listener()
  await playStory(lab, stage)
  t.equal(told().match(/^\d .*/gm)?.length, 8)
  t.match(told(), /issued +Nordwerk has its MembershipCredential in its wallet/)
  t.match(told(), /issued +Talstrom has its MembershipCredential in its wallet/)
  t.match(told(), /use, if the membership is active/)
  t.match(told(), /SHA-256 +[\da-f]{64}\n +the same as that of the published file/)
  t.match(told(), /refused +Nordwerk answers 403: You presented no credential that we demand/)
  t.match(told(), /revoked +by Eichamt: the fee has not been paid/)
  t.match(told(), /refused +Nordwerk answers 403: A credential that you presented has been\n +revoked by its issuer\./)
  t.match(told(), /All as it should be/)
})

t.test(
  'where there is a clearing house, the offer asks for a label, and a member without one is refused for that',
  async t => {
    const lab = await startLab(t, { identity: 'dcp', labels: true })
    const { stage, told } = listener()
    await playStory(lab, stage)
    t.equal(told().match(/^\d+ .*/gm)?.length, 10)
    t.match(told(), /label +Nordwerk has SC \(CD25\.10\) until \d{4}-\d\d-\d\d/)
    t.match(told(), /label +Talstrom has SC \(CD25\.10\) until \d{4}-\d\d-\d\d/)
    t.match(told(), /use, if the membership is active and the Gaia-X label is at least\s+SC/)
    t.match(told(), /Fernblick has its MembershipCredential in its wallet/)
    t.match(told(), /Nordwerk refuses: The offer is not permitted because of\s+.*\s+labelLevel/)
    t.match(told(), /All as it should be/)
  },
)

t.test('the main job is told from the catalogue to the end of the transfer', async t => {
  const lab = await startLab(t)
  const { stage, told } = listener()
  await playStory(lab, stage)
  const chapters = told().match(/^\d .*/gm)
  t.equal(chapters?.length, 6)
  for (const word of ['REQUESTED', 'AGREED', 'VERIFIED', 'FINALIZED', 'STARTED', 'SUSPENDED', 'TERMINATED'])
    t.match(told(), word)
  t.match(told(), /CC BY 4\.0, Bundesnetzagentur/)
  t.match(told(), /use, if the group is energy-partners/)
  t.match(told(), /SHA-256 +[\da-f]{64}\n +the same as that of the published file/)
  t.match(told(), /Nordwerk refuses: The offer is not permitted because/)
  t.match(told(), /GET data +403: The transfer is suspended/)
  t.match(told(), /GET data +403: The transfer has ended/)
  t.match(told(), /All as it should be/)
})

for (const identity of ['tokens', 'dcp'] as const)
  t.test(`what it proposes to try afterwards works, by ${identity}`, async t => {
    const lab = await startLab(t, { identity })
    const contract = await playStory(lab, listener().stage)
    for (const example of examples(lab, contract)) await t.resolves(ask(lab.consumer, example), example.title)
    const lines = [
      ...preparation(lab, contract),
      ...examples(lab, contract).flatMap(asCurl),
      ...fetchLines(lab, 'prices.json'),
    ]
    t.ok(
      lines.every(line => line.length <= 78),
      'and can be read in 80 columns',
    )
  })

t.test('a single quote in a body does not end the quotation in the shell', async t => {
  const lines = asCurl({ method: 'POST', path: '/v3/assets', body: { title: "the provider's" } })
  t.strictSame(lines, [
    `curl -sS -H "$key" -H "$json" "$api/v3/assets" -d '{`,
    `  "title": "the provider\\u0027s" }'; echo`,
  ])
})

t.test('a story that goes wrong ends with what went wrong', async t => {
  const adjust: LabOptions['adjust'] = (config, part) => ({
    ...config,
    ...(part === 'provider' && {
      identity: {
        ...config.identity,
        participants: config.identity.participants.map(known => ({ ...known, groups: [PARTNERS] })),
      },
    }),
  })
  const lab = await startLab(t, { adjust })
  const { stage, told } = listener()
  await t.rejects(playStory(lab, stage), { message: 'Fernblick was not refused' })
  t.notMatch(told(), /All as it should be/)
})
