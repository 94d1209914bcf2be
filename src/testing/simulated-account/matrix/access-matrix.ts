import { AccessCell } from './access-cell';
import { accessTable } from './access-table';

/** Who can do what to which key. */
export class AccessMatrix {
  constructor(public readonly cells: readonly AccessCell[]) {}

  /** As text: for each key a table. Nothing in it is random: it can be kept as a snapshot. */
  public toString(): string {
    return accessTable(this.cells);
  }
}
