import { extname } from 'node:path'

// biome-ignore format: a table is read by its columns
const types: Readonly<Record<string, string>> = {
  '.avro':    'application/avro',
  '.csv':     'text/csv; charset=utf-8',
  '.geojson': 'application/geo+json',
  '.gz':      'application/gzip',
  '.html':    'text/html; charset=utf-8',
  '.jpg':     'image/jpeg',
  '.json':    'application/json',
  '.jsonl':   'application/jsonl',
  '.jsonld':  'application/ld+json',
  '.md':      'text/markdown; charset=utf-8',
  '.nt':      'application/n-triples',
  '.parquet': 'application/vnd.apache.parquet',
  '.pdf':     'application/pdf',
  '.png':     'image/png',
  '.rdf':     'application/rdf+xml',
  '.tar':     'application/x-tar',
  '.tif':     'image/tiff',
  '.tsv':     'text/tab-separated-values; charset=utf-8',
  '.ttl':     'text/turtle; charset=utf-8',
  '.txt':     'text/plain; charset=utf-8',
  '.xlsx':    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xml':     'application/xml',
  '.yaml':    'application/yaml',
  '.zip':     'application/zip',
}

/** The media type that a file's name suggests. */
export const mediaTypeOf = (name: string): string => types[extname(name).toLowerCase()] ?? 'application/octet-stream'
