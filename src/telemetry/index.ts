export { createEvents, type Events, type Result } from './events.ts'
export { createLogger, type Destination, type Fields, type Logger } from './log.ts'
export { createMetrics, type Metrics, type Sample } from './metrics.ts'
