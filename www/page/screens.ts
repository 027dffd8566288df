/** The screens behind the forecast and questions about files, which are loaded once something is read. */

export { accuracyView } from "./accuracy";
export { dataView } from "./data";
export { questionView } from "./question";
