/* Candidate 2: noble's X-Wing, cipher and hashes; RFC 9180's key schedule by hand. Needs BigInt, no WebCrypto. */
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { pack } from "./pack.js";
import { joined } from "./joined.js";
import { cipher } from "./schedule.js";

async function seal(publicKey, info, packed) {
  const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(publicKey);
  return joined(cipherText, cipher(sharedSecret, info).encrypt(packed));
}

window.sealing = { pack, seal };
