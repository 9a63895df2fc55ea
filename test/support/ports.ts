export { freePort } from '../../src/lab/ports.ts'
