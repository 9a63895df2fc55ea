import t from 'tap'
import { hasRepeatedMember } from '../../src/http/index.ts'

// biome-ignore format: a table is read by its columns
const texts: readonly (readonly [text: string, repeated: boolean])[] = [
  [ '{}',                                      false ],
  [ '{"a":1,"b":2}',                           false ],
  [ '{"a":1,"a":1}',                           true  ],
  [ '{"a":1,"\\u0061":2}',                     true  ],
  [ '{"a":{"a":{"a":1}}}',                     false ],
  [ '{"a":{"b":1},"b":2}',                     false ],
  [ '{"a":{"b":1,"c":{},"b":2}}',              true  ],
  [ '[{"a":1},{"a":2}]',                       false ],
  [ '{"x":[{"a":1,"b":[],"a":2}]}',            true  ],
  [ '{"x":["a","a"],"a":"a"}',                 false ],
  [ '{"a":"a","b":"a"}',                       false ],
  [ '{"a":"\\",\\"a\\":\\"","b":1}',           false ],
  [ '{"a\\\\":1,"a":2,"a\\\\":3}',             true  ],
  [ '{"__proto__":1,"__proto__":2}',           true  ],
  [ '{ "a" : [ ] , "b" : { } , "a" : null }',  true  ],
  [ '"a"',                                     false ],
]

for (const [text, repeated] of texts) t.equal(hasRepeatedMember(text), repeated, text)
