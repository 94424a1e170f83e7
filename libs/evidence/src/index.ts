export { type Inventory, parseInventory } from './inventory.ts';
export { sbomOf, type SbomSubject, type SpdxDocument } from './sbom.ts';
