/** Other participants: who they are, where they are reached, and what is wrong between them and us. */
export { createDoctor, type Doctor } from './doctor.ts'
export { createFindPeer, type FindPeer } from './find-peer.ts'
