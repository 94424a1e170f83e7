export * from './claim.ts';
export { type Inventory, parseInventory } from './inventory.ts';
export { licenseOfUpstream } from './license.ts';
export { type Origin, originOf } from './origin.ts';
export * from './provenance.ts';
export { sbomOf, type SbomSubject, type SpdxDocument } from './sbom.ts';
export * from './signing.ts';
