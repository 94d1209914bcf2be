import { ordersApp } from './orders-stack';
import { tell } from './story';

const started = Date.now();
tell(ordersApp(), console.log).then(finish, (error: Error) => finish([error.message]));

function finish(failures: string[]): void {
  failures.forEach((failure) => console.error(`\nFAILED: ${failure}`));
  process.exitCode = failures.length > 0 ? 1 : 0;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(failures.length > 0 ? `\nThe story did not go as told (${seconds} s).` : `\nEverything went as told, in ${seconds} s.`);
}
