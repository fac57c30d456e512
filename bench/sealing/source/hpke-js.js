/* Candidate 1: hpke-js whole. Its key derivation and random numbers are WebCrypto's: secure contexts only. */
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { pack } from "./pack.js";
import { joined } from "./joined.js";

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

async function seal(publicKey, info, packed) {
  const key = await suite.kem.deserializePublicKey(publicKey);
  const sender = await suite.createSenderContext({ recipientPublicKey: key, info });
  return joined(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(packed)));
}

window.sealing = { pack, seal };
