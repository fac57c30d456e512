/* Candidate 3: as 2, with the small curve of stablelib, which needs no BigInt; also opens, for the known answers. */
import { scalarMult, scalarMultBase } from "@stablelib/x25519";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { pack } from "./pack.js";
import { joined } from "./joined.js";
import { cipher, combined } from "./schedule.js";

const MLKEM_PUBLIC_BYTES = 1184;
const MLKEM_CIPHERTEXT_BYTES = 1088;

async function seal(publicKey, info, packed) {
  const receiver = publicKey.subarray(MLKEM_PUBLIC_BYTES);
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const sent = scalarMultBase(secret);
  const message = crypto.getRandomValues(new Uint8Array(32));
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey.subarray(0, MLKEM_PUBLIC_BYTES), message);
  const shared = combined(sharedSecret, scalarMult(secret, receiver, true), sent, receiver);
  return joined(cipherText, sent, cipher(shared, info).encrypt(packed));
}

/* Open what was sealed, with the seeds of both private keys: for the test of known answers only. */
async function open(seeds, info, sealed) {
  const ends = [MLKEM_CIPHERTEXT_BYTES, MLKEM_CIPHERTEXT_BYTES + 32];
  const { secretKey } = ml_kem768.keygen(seeds.subarray(0, 64));
  const own = seeds.subarray(64);
  const sent = sealed.subarray(ends[0], ends[1]);
  const ofMlkem = ml_kem768.decapsulate(sealed.subarray(0, ends[0]), secretKey);
  const shared = combined(ofMlkem, scalarMult(own, sent, true), sent, scalarMultBase(own));
  return cipher(shared, info).decrypt(sealed.subarray(ends[1]));
}

window.sealing = { pack, seal, open };
