/**
 * Addresses that a stranger's URL must not make us call: everything that is not a unicast address of the public internet
 * (IANA special-purpose registries, RFC 6890 and its successors). The first row that holds names the address, so the
 * wide rows stand last. IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo) are closed as a whole:
 * what a gateway makes of them cannot be judged from here.
 */
// biome-ignore format: a table is read by its columns
export const closedRanges = [
  // range               an address in it is
  ['0.0.0.0/8',          'unspecified'],
  ['10.0.0.0/8',         'private'],
  ['100.64.0.0/10',      'carrier-private'],
  ['127.0.0.0/8',        'loopback'],
  ['169.254.0.0/16',     'link-local'],
  ['172.16.0.0/12',      'private'],
  ['192.0.0.0/24',       'protocol-reserved'],
  ['192.0.2.0/24',       'documentation'],
  ['192.88.99.0/24',     '6to4-relay'],
  ['192.168.0.0/16',     'private'],
  ['198.18.0.0/15',      'benchmark'],
  ['198.51.100.0/24',    'documentation'],
  ['203.0.113.0/24',     'documentation'],
  ['224.0.0.0/4',        'multicast'],
  ['240.0.0.0/4',        'reserved'],
  ['::/128',             'unspecified'],
  ['::1/128',            'loopback'],
  ['::ffff:0:0/96',      'IPv4-mapped'],
  ['64:ff9b::/96',       'NAT64'],
  ['64:ff9b:1::/48',     'NAT64'],
  ['2001::/23',          'protocol-reserved'],
  ['2001:db8::/32',      'documentation'],
  ['2002::/16',          '6to4'],
  ['3fff::/20',          'documentation'],
  ['fc00::/7',           'private'],
  ['fe80::/10',          'link-local'],
  ['fec0::/10',          'site-local'],
  ['ff00::/8',           'multicast'],
  ['::/3',               'reserved'],
  ['4000::/2',           'reserved'],
  ['8000::/1',           'reserved'],
] as const
