import { randomBytes } from 'node:crypto';

const CHUNK = 64 * 1024;

/** A page that says "Orders", and a stream that no page shows. ISO 32000-1, 7.3.8 and 7.5. */
const objectsOf = (padding: number) => [
  '<< /Type /Catalog /Pages 2 0 R >>\nendobj\n',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>\nendobj\n',
  '<< /Length 36 >>\nstream\nBT /F 24 Tf 72 770 Td (Orders) Tj ET\nendstream\nendobj\n',
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n',
  `<< /Length ${padding} >>\nstream\n`,
].map((body, index) => `${index + 1} 0 obj\n${body}`);

/** A valid PDF, chunk by chunk, of somewhat more than so many bytes. */
export function* pdfOf(padding: number): Generator<Buffer> {
  const parts = ['%PDF-1.7\n', ...objectsOf(padding)];
  yield Buffer.from(parts.join(''));
  for (let left = padding; left > 0; left -= CHUNK) yield randomBytes(Math.min(left, CHUNK));
  const end = '\nendstream\nendobj\n';
  const offsets = parts.map((_, index) => parts.slice(0, index).join('').length).slice(1);
  yield Buffer.from(end + trailerOf(offsets, parts.join('').length + padding + end.length));
}

function trailerOf(offsets: readonly number[], start: number): string {
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const count = offsets.length + 1;
  return `xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}
