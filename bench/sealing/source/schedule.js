/* HPKE base mode, one message (RFC 9180, sections 5.1 and 5.2), for KEM 0x647A (X-Wing), HKDF-SHA256, ChaCha20-Poly1305. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { joined } from "./joined.js";

const SUITE = Uint8Array.of(72, 80, 75, 69, 0x64, 0x7a, 0, 1, 0, 3); // "HPKE", KEM, KDF, AEAD
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const NONE = new Uint8Array(0);
const LABEL = Uint8Array.of(92, 46, 47, 47, 94, 92); // \.//^\

const ascii = (text) => Uint8Array.from(text, (symbol) => symbol.charCodeAt(0));
const labeled = (label, ikm) => joined(ascii("HPKE-v1"), SUITE, ascii(label), ikm);
const labeledExtract = (salt, label, ikm) => extract(sha256, labeled(label, ikm), salt);
const labeledExpand = (prk, label, info, length) =>
  expand(sha256, prk, joined(Uint8Array.of(length >> 8, length & 255), labeled(label, info)), length);

/* X-Wing's combiner of both shared secrets (draft-connolly-cfrg-xwing-kem, section 5.3). */
export const combined = (ofMlkem, ofX25519, encapsulated, publicKey) =>
  sha3_256(joined(ofMlkem, ofX25519, encapsulated, publicKey, LABEL));

/* The cipher of a shared secret. */
export function cipher(shared, info) {
  const context = joined(
    Uint8Array.of(0),
    labeledExtract(NONE, "psk_id_hash", NONE),
    labeledExtract(NONE, "info_hash", info),
  );
  const secret = labeledExtract(shared, "secret", NONE);
  const key = labeledExpand(secret, "key", context, KEY_BYTES);
  return chacha20poly1305(key, labeledExpand(secret, "base_nonce", context, NONCE_BYTES));
}
