/** Whether a key finds the resources that use it by itself. */
export enum KeyWiring {
  /** The key looks through the app for the resources that name it and writes the statements that their services need. */
  AUTOMATIC = 'AUTOMATIC',

  /** The key writes only what `authorize`, `shareWith`, `grant*` and `addToResourcePolicy` ask for. */
  EXPLICIT = 'EXPLICIT',
}
