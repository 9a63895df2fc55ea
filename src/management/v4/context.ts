/** The JSON-LD context of the EDC's management API from version 4 on. */
export const CONTEXT = 'https://w3id.org/edc/connector/management/v2'
