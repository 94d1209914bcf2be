import { readdirSync } from 'node:fs';

// Every other file of this folder exports run(): it prints its ratios, each against a baseline measured in the same process.
async function main(): Promise<void> {
  const wanted = process.argv[2];
  const names = readdirSync(__dirname).filter((name) => /^(?!run\.).*\.ts$/.test(name)).map((name) => name.replace('.ts', ''));
  if (wanted && !names.includes(wanted)) { throw new Error(`'${wanted}' is no benchmark; there are ${names.join(', ')}.`); }
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}`);
  for (const name of wanted ? [wanted] : names) {
    console.log(`\n${name}`);
    await (await import(`./${name}`)).run();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
