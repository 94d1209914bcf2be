import type { Question } from '../proof';
import { UsageError } from './command';
import { jsonFrom } from './json-file';
import { questionFault } from '../proof/question-fields';

/**
 * A question of `prove`.
 *
 * @throws UsageError
 */
export function questionFrom(file: string): Question {
  const json = jsonFrom(file);
  const fault = questionFault(json);
  if (fault === undefined) return json as Question;
  throw new UsageError(`'${file}' ${fault}`);
}
