"""Makes the workbooks beside this file, with the programs' own libraries rather than with ours.

    pip install openpyxl==3.1.5 xlwt==1.3.0 odfpy==1.4.1 msoffcrypto-tool==6.1.0
    python make.py

Every workbook but the protected one holds the same order lines: two weeks of two products, with what spreadsheets add.
"""

import datetime as dt
import io

import msoffcrypto.format.ooxml
import openpyxl
import xlwt
from odf import opendocument, table, text
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADER = ["Order Date", "SKU", "Item Name", "Quantity", "Price"]
ROWS = [
    (dt.datetime(2026, 3, 2, 9, 30) + dt.timedelta(days=day), sku, name, 1 + (day * step) % 4, price)
    for day in range(14)
    for sku, name, step, price in ((712, 'Kettle, 1.5 l "classic"', 3, 24.5), (4006381333931, "茶壶", 1, 9.95))
]


def xlsx(name, epoch=None):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    cover = book.active
    cover.title = "Cover"
    cover["B3"] = "Orders of March"
    secret = book.create_sheet("Old")
    secret.sheet_state = "hidden"
    for row in (["Order Date", "SKU", "Quantity"], ["2020-01-01", "X", 9], ["2020-01-02", "X", 9]):
        secret.append(row)
    sheet = book.create_sheet("Orders 2026")
    sheet.append(HEADER + ["Gift", "Note"])
    for row in ROWS:
        sheet.append([*row, row[3] > 2])
    for line in range(2, len(ROWS) + 2):
        sheet.cell(line, 1).number_format = "dd/mm/yyyy hh:mm"
        # Excel shows 712 as 00712.
        sheet.cell(line, 2).number_format = "00000"
    sheet.cell(4, 5).value = "#N/A"
    sheet.cell(4, 5).data_type = "e"
    sheet.merge_cells("G2:G4")
    more = book.create_sheet("Returns")
    more.append(["Date", "SKU"])
    more.append([dt.date(2026, 3, 3), 712])
    book.save(name)


def xls(name, since_1904):
    book = xlwt.Workbook()
    book.dates_1904 = since_1904
    sheet = book.add_sheet("Orders 2026")
    style = xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm")
    for column, title in enumerate(HEADER):
        sheet.write(0, column, title)
    for line, row in enumerate(ROWS, 1):
        for column, value in enumerate(row):
            sheet.write(line, column, value, *([style] if column == 0 else []))
    book.save(name)


def ods(name):
    book = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Orders 2026")

    def line(cells):
        row = table.TableRow()
        for cell in cells:
            row.addElement(cell)
        sheet.addElement(row)

    def said(words):
        cell = table.TableCell(valuetype="string")
        cell.addElement(text.P(text=words))
        return cell

    line([said(title) for title in HEADER])
    for moment, sku, item, units, price in ROWS:
        line(
            [
                table.TableCell(valuetype="date", datevalue=moment.isoformat()),
                table.TableCell(valuetype="float", value=sku),
                said(item),
                table.TableCell(valuetype="float", value=units),
                table.TableCell(valuetype="currency", currency="EUR", value=price),
            ]
        )
    book.spreadsheet.addElement(sheet)
    book.save(name)


def protected(name):
    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.save(plain)
    with open(name, "wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)


xlsx("orders.xlsx")
xlsx("orders-1904.xlsx", CALENDAR_MAC_1904)
xls("orders.xls", False)
xls("orders-1904.xls", True)
ods("orders.ods")
protected("protected.xlsx")
