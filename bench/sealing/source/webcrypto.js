/* Candidate 4: X25519 of the browser (Chrome 133, Safari 17, Firefox 130; secure contexts only), the rest as 3. */
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { pack } from "./pack.js";
import { joined } from "./joined.js";
import { cipher, combined } from "./schedule.js";

const MLKEM_PUBLIC_BYTES = 1184;

async function seal(publicKey, info, packed) {
  const receiver = publicKey.slice(MLKEM_PUBLIC_BYTES);
  const pair = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  const other = await crypto.subtle.importKey("raw", receiver, "X25519", false, []);
  const ofX25519 = await crypto.subtle.deriveBits({ name: "X25519", public: other }, pair.privateKey, 256);
  const sent = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey.slice(0, MLKEM_PUBLIC_BYTES));
  const shared = combined(sharedSecret, new Uint8Array(ofX25519), sent, receiver);
  return joined(cipherText, sent, cipher(shared, info).encrypt(packed));
}

window.sealing = { pack, seal };
