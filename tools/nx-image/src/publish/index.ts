export { publishImage } from './publish-image.ts';
export { requireSigner } from './sign.ts';
export { judgeSignature, type SignatureJudgement } from './trust.ts';
