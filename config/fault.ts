/** What is wrong with one variable, in words for the operator and without its value. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
