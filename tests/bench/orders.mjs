/** Orders files for benchmarks, made from fixed seeds. */

const random = (seed) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const ROWS = 541_909;
const PRODUCTS = 3_900;

/** Order lines with the columns, lengths and quirks of UCI Online Retail, 45 MB. */
export function onlineRetail() {
  const draw = random(20101201);
  const nouns = ["T-LIGHT HOLDER", "LUNCH BAG RED RETROSPOT", "METAL LANTERN", "COAT HANGER", "HOT WATER BOTTLE", "CAKE CASES"];
  const names = Array.from({ length: PRODUCTS }, (_, at) => {
    const name = `WHITE ${nouns[at % nouns.length]} ${at}`;
    return at % 90 === 0 ? `"${name}, SET OF ""6"""` : name;
  });
  const countries = ["United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE"];
  const lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"];
  const first = Date.UTC(2010, 11, 1);
  for (let row = 0; row < ROWS; row += 1) {
    const minute = 480 + (row % 600);
    const date = new Date(first + Math.floor((row * 374) / ROWS) * 86_400_000 + minute * 60_000);
    const when = date.toISOString().slice(0, 19).replace("T", " ");
    const product = Math.floor(draw(PRODUCTS) * (draw(1000) / 1000));
    const cancelled = row % 58 === 0;
    const quantity = cancelled ? -1 - draw(12) : 1 + draw(24);
    const price = (0.42 + draw(900) / 100).toFixed(2);
    const customer = row % 4 === 0 ? "" : `${12346 + draw(5000)}.0`;
    const code = 20000 + product;
    const invoice = `${cancelled ? "C" : ""}${536365 + Math.floor(row / 21)}`;
    lines.push(`${invoice},${code},${names[product]},${quantity},${when},${price},${customer},${countries[row % 6]}`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

const SHOPIFY =
  "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References";

/** Shopify's orders export of about so many bytes: orders of one to four lines, whose further lines are nearly blank. */
export function shopifyOrders(bytes) {
  const draw = random(1000);
  const names = Array.from({ length: 800 }, (_, at) => (at % 3 === 0 ? `"Mug No. ${at}, speckled"` : `Tea towel ${at} - Blue / L`));
  const lines = [SHOPIFY];
  let written = SHOPIFY.length + 1;
  const first = Date.UTC(2023, 0, 1);
  for (let order = 0; written < bytes; order += 1) {
    const when = new Date(first + order * 660_000).toISOString().slice(0, 19).replace("T", " ");
    const stamp = `${when} -0500`;
    const id = 5_500_000_000_000 + order;
    const refunded = order % 40 === 0;
    const cancelled = order % 70 === 0 ? stamp : "";
    const person = `Buyer ${draw(20_000)}`;
    const address = `${person},"${1 + draw(900)} Main Street, Apt 4",${1 + draw(900)} Main Street,Apt 4,,Springfield,'${10_000 + draw(80_000)},IL,US,+1 555 ${1000 + draw(9000)}`;
    const count = 1 + (order % 4);
    for (let line = 0; line < count; line += 1) {
      const product = Math.floor(draw(800) * (draw(1000) / 1000));
      const item = `${1 + draw(3)},${names[product]},${(5 + (product % 60) + 0.5).toFixed(2)},,SKU-${String(product).padStart(4, "0")},true,true,fulfilled`;
      const own = `#${1001 + order},buyer${order % 9000}@example.com`;
      const text =
        line > 0
          ? `${own},,,,,,,,,,,,,,${stamp},${item}${",".repeat(26)},Demo,,,,,,,,,0.00${",".repeat(19)}`
          : `${own},${refunded ? "refunded" : "paid"},${stamp},fulfilled,${stamp},no,USD,29.00,5.00,0.00,34.00,,0.00,Standard,${stamp},${item},${address},${address},,,${cancelled},Shopify Payments,c${id}.1,${refunded ? "34.00" : "0.00"},Demo,0.00,,,,${id},,Low,web,0.00${",".repeat(11)},,,Illinois,Illinois,r${id},,,r${id}`;
      lines.push(text);
      written += text.length + 1;
    }
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Order lines of a generic shop: a million rows, 100 MB, 2,000 products over two years. */
export function millionRows() {
  const draw = random(1_000_000);
  const lines = ["order_id,order_date,sku,product_name,quantity,unit_price,status,customer,city,remark"];
  const first = Date.UTC(2024, 0, 1);
  const cities = ["Rotterdam", "Gdańsk", "Lyon", "Porto", "Malmö"];
  for (let row = 0; row < 1_000_000; row += 1) {
    const order = Math.floor(row / 2.5);
    const when = new Date(first + Math.floor((row * 731) / 1_000_000) * 86_400_000 + (row % 900) * 60_000).toISOString().slice(0, 19);
    const product = Math.floor(draw(2000) * (draw(1000) / 1000));
    const status = order % 60 === 0 ? "cancelled" : "completed";
    lines.push(`${400_000 + order},${when},SKU-${product},"Garden chair, model ${product}",${1 + draw(3)},${(4 + (product % 90)).toFixed(2)},${status},C${10_000 + draw(90_000)},${cities[order % 5]},`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Order lines of 10,000 products over 730 days, each sold on about every fourth day. */
export function manyProducts() {
  const draw = random(10_000);
  const parts = [Buffer.from("date,sku,quantity\n")];
  for (let day = 0; day < 730; day += 1) {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    let text = "";
    // All are there from the first day on, so that every series is as long.
    for (let product = 0; product < 10_000; product += 1) {
      if (day === 0 || draw(4) === 0) text += `${date},P-${10_000 + product},${1 + draw(1 + (product % 9) + ((day + product) % 7))}\n`;
    }
    parts.push(Buffer.from(text));
  }
  return Buffer.concat(parts);
}
