import { tell } from './story';

tell(console.log).catch((error: Error) => {
  console.error(`\nFAILED: ${error.message}`);
  process.exitCode = 1;
});
