/* A ballot as the bytes of survey/domain/ballot/packing.py. `layout` is what a page would have to carry of the form:
   { group, size, lines: [{ name, values: { grade: position } }], questions: [{ name, options }], texts: [names] }. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION = 1;

/* Write a ballot; `fields` maps each field to the list of its values, `receipt` is XXXX-XXXX-XXXX. */
export function pack(layout, fields, receipt) {
  const packed = new Uint8Array(layout.size);
  const view = new DataView(packed.buffer);
  let at = 0;
  const short = (number) => {
    view.setUint16(at, number, true);
    at += 2;
  };
  packed[at++] = VERSION;
  short(layout.group);
  number(receipt, packed, at);
  at += 8;
  layout.lines.forEach((line) => short(line.values[(fields[line.name] || [""])[0]] || 0));
  layout.questions.forEach((question) => {
    (fields[question.name] || []).forEach((value) => {
      const place = question.options.indexOf(value);
      packed[at + (place >> 3)] |= 1 << (place & 7);
    });
    at += 4 * Math.ceil(question.options.length / 32);
  });
  layout.texts.forEach((name, slot) => {
    const text = ((fields[name] || [""])[0] || "").replace(/\r\n?/g, "\n").trim();
    if (!text) return;
    const written = new TextEncoder().encode(text);
    short(slot + 1);
    short(written.length);
    packed.set(written, at);
    at += written.length;
  });
  return packed;
}

/* Write the 60 bits of a receipt, little-endian: 12 symbols of 5 bits, the first the highest. */
function number(receipt, packed, start) {
  Array.from(receipt.replace(/-/g, "")).reverse().forEach((symbol, place) => {
    const value = ALPHABET.indexOf(symbol);
    const bit = 5 * place;
    packed[start + (bit >> 3)] |= (value << (bit & 7)) & 255;
    if ((bit & 7) > 3) packed[start + (bit >> 3) + 1] |= value >> (8 - (bit & 7));
  });
}
