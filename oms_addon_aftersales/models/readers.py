"""Who reads what after-sales adds to the records of the host."""

SEES_RETURNS = (
    "sales_team.group_sale_salesman,stock.group_stock_user,"
    "account.group_account_readonly,account.group_account_invoice"
)
SEES_CASES = (
    "sales_team.group_sale_salesman,account.group_account_readonly,"
    "account.group_account_invoice"
)
