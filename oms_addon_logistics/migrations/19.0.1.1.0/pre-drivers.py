"""The role Driver no longer makes an employee: who has it now stays one."""


def migrate(cr, version):
    """Give today's drivers the employee's group that their role implied."""
    cr.execute(
        """
        INSERT INTO res_groups_users_rel (gid, uid)
        SELECT employee.res_id, role.uid
          FROM ir_model_data driver
          JOIN res_groups_users_rel role ON role.gid = driver.res_id
          JOIN ir_model_data employee
            ON employee.module = 'base' AND employee.name = 'group_user'
         WHERE driver.module = 'oms_addon_logistics'
           AND driver.name = 'group_oms_driver'
           AND NOT EXISTS (
               SELECT FROM res_groups_users_rel other
                 JOIN ir_model_data kind ON kind.res_id = other.gid
                WHERE other.uid = role.uid
                  AND kind.module = 'base' AND kind.model = 'res.groups'
                  AND kind.name IN ('group_user', 'group_portal', 'group_public')
           )
        ON CONFLICT DO NOTHING
        """
    )
